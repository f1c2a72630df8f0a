"""Pictures that the program draws: charts for reports and simulations, posters with a code to scan."""
