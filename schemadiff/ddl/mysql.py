"""MySQL and MariaDB under their documented names."""

from schemadiff.runtime.impl import MariaDBImpl, MySQLImpl

__all__ = ["MariaDBImpl", "MySQLImpl"]
