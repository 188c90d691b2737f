"""The servers behind a gateway: one module for each way to reach one."""
