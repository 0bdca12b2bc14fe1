"""What a conversation says put together: what holds, what is open, what was corrected, what it is worth."""
