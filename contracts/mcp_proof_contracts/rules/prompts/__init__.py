"""Server features, Prompts: how they are listed, what they give, how they are refused."""
