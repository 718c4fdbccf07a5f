"""Ask machines: plan, connect, run one script a machine, split what comes back, write it down."""
