"""What one day asks for: every decision, and nothing done."""
