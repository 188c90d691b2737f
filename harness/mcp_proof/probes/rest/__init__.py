"""REST: bodies, arguments and methods that a server must refuse."""
