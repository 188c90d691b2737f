"""How the mock client gets authorized: discovery, registration, the code, the token."""
