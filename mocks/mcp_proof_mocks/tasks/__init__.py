"""Tasks, without the messages of either era: what runs, where it stands, what is kept."""
