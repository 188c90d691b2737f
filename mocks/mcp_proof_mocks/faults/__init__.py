"""The faults, one module per page of the specification like the rules that they break."""
