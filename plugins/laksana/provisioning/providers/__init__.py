"""Services that an outside provider keeps in a playbook's stead: Cloudflare's DNS and cPanel's hosting accounts."""
