using Microsoft.Data.Sqlite;

namespace Aloft.Storage.Sqlite;

/// <summary>One transaction on a connection. Every call completes before it returns.</summary>
internal sealed class SqliteSession(PreparedConnection connection, CancellationToken stop) : DbSession
{
    private bool over;
    private Exception? failure;

    public override ValueTask<int> Execute(string sql, params (string Name, object? Value)[] parameters)
    {
        var command = Start(sql, parameters);
        try
        {
            return new(Math.Max(0, command.ExecuteNonQuery()));
        }
        catch (SqliteException e)
        {
            throw Failed(e);
        }
    }

    public override ValueTask<List<T>> Query<T>(string sql, Func<DbRow, T> map, params (string Name, object? Value)[] parameters)
    {
        var command = Start(sql, parameters);
        try
        {
            using var reader = command.ExecuteReader();
            var row = new SqliteRow(reader);
            var rows = new List<T>();
            while (reader.Read()) rows.Add(map(row));
            return new(rows);
        }
        catch (SqliteException e)
        {
            throw Failed(e);
        }
    }

    /// <summary>
    /// Ends the session. A transaction with a failed statement fails as a whole, even when the delegate caught the exception: PostgreSQL
    /// has no other way, and both behave alike.
    /// </summary>
    public void End()
    {
        over = true;
        if (failure is not null) throw failure;
    }

    /// <summary>Whoever still holds the session, having awaited what it must not, shall not touch the next one's transaction.</summary>
    public void Abandon() => over = true;

    private SqliteCommand Start(string sql, (string Name, object? Value)[] parameters)
    {
        if (over) throw new InvalidOperationException("The transaction of this session is over.");
        if (failure is not null) throw new InvalidOperationException(OnlyRollback, failure);
        return connection.Command(sql, parameters);
    }

    private Exception Failed(SqliteException e) =>
        failure = SqliteErrors.IsInterrupt(e) ? new OperationCanceledException("The read was cancelled.", e, stop) : connection.Explain(e);

    private sealed class SqliteRow(SqliteDataReader reader) : DbRow
    {
        public override bool IsNull(int column) => reader.IsDBNull(column);
        public override string Text(int column) => reader.GetString(column);
        public override long Int(int column) => reader.GetInt64(column);
        public override double Real(int column) => reader.GetDouble(column);
        public override byte[] Bytes(int column) => reader.GetFieldValue<byte[]>(column);
    }
}
