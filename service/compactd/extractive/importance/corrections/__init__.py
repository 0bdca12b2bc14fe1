"""What was said before and is otherwise now: corrected values, restated facts, statements taken back."""
