"""Letters from facts to signed PDF: wording, rendering, numbers, signing and verifying; refuses to deliver anything."""
