"""What is read of a message by itself: whose words they are, their cues, their values."""
