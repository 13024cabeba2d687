"""A lab of real hosts on one machine: containers with their own address, name, services and SSH host key."""
