"""What the user asks for: which requests are open, and which are done, withdrawn or no more than small talk."""
