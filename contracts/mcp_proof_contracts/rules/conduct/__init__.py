"""What servers do to users: what no sentence forbids, and what follows from one."""
