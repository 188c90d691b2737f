"""Whether the answers are the right ones: markers, lost answers, rules on a sample."""
