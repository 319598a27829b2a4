"""Orders of a shop, kept in PostgreSQL."""

import os

import psycopg2


def connect():
    return psycopg2.connect(os.environ["DATABASE_URL"])


def place(connection, customer, cents):
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into orders (customer, cents) values (%s, %s) returning id", (customer, cents)
        )
        return cursor.fetchone()[0]


def spent(connection, customer):
    with connection.cursor() as cursor:
        cursor.execute(
            "select coalesce(sum(cents), 0) from orders where customer = %s", (customer,)
        )
        return cursor.fetchone()[0]
