"""Client features, Elicitation: what a server asks the user, and what it does with the answer."""
