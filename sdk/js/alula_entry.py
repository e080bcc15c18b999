"""What is compiled into the ES module: the package, with all that it imports."""

import alula as alula
