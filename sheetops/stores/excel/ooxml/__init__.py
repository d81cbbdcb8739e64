"""The parts of an .xlsx package, as bytes and as what they mean."""
