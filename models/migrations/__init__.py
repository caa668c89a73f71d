"""The steps from an empty database to the present tables, in order; made by `tortoise makemigrations`."""
