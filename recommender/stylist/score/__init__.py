"""What an outfit is worth, in named parts, and why."""
