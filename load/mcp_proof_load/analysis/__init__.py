"""What a rising load shows of a server: where it has its knee, and where it breaks."""
