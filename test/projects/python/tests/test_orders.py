import psycopg2
import pytest

import orders


@pytest.fixture
def connection():
    connection = orders.connect()
    yield connection
    connection.rollback()
    connection.close()


def test_what_was_ordered_is_added_up(connection):
    orders.place(connection, "ann", 250)
    orders.place(connection, "ann", 99)
    orders.place(connection, "bob", 1)
    assert orders.spent(connection, "ann") == 349


def test_nothing_is_free(connection):
    with pytest.raises(psycopg2.errors.CheckViolation):
        orders.place(connection, "ann", 0)
