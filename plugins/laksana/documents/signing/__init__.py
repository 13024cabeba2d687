"""Electronic signatures on PDFs: the port, the local PAdES signer and the demo's certificate authority."""
