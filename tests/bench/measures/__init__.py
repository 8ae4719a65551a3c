"""What is measured, one module each: a function of the inputs gives its figures."""
