"""The servers that Causerie is measured against, each written as its users would write a fast one."""
