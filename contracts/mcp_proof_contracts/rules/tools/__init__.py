"""Server features, Tools: how they are listed, how they are called, what they give back."""
