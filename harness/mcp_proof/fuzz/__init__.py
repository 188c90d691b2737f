"""Property-based fuzzing: what a server offers is tried with good, odd and bad inputs."""
