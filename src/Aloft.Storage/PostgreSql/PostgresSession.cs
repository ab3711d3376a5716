using Npgsql;

namespace Aloft.Storage.PostgreSql;

/// <summary>One transaction on a connection.</summary>
internal sealed class PostgresSession(NpgsqlConnection connection, PostgresErrors errors, CancellationToken stop) : DbSession
{
    /// <summary>
    /// The first failure of a statement. PostgreSQL rolls such a transaction back whatever follows, and answers a COMMIT with success.
    /// </summary>
    public StorageException? Failure { get; private set; }

    public override async ValueTask<int> Execute(string sql, params (string Name, object? Value)[] parameters)
    {
        await using var command = Command(sql, parameters);
        try
        {
            return Math.Max(0, await command.ExecuteNonQueryAsync(stop));
        }
        catch (Exception e) when (PostgresErrors.IsKnown(e))
        {
            throw Failure = errors.Explain(e);
        }
    }

    public override async ValueTask<List<T>> Query<T>(string sql, Func<DbRow, T> map, params (string Name, object? Value)[] parameters)
    {
        await using var command = Command(sql, parameters);
        try
        {
            await using var reader = await command.ExecuteReaderAsync(stop);
            var row = new PostgresRow(reader);
            var rows = new List<T>();
            while (await reader.ReadAsync(stop)) rows.Add(map(row));
            return rows;
        }
        catch (Exception e) when (PostgresErrors.IsKnown(e))
        {
            throw Failure = errors.Explain(e);
        }
    }

    private NpgsqlCommand Command(string sql, (string Name, object? Value)[] parameters)
    {
        if (Failure is not null) throw new InvalidOperationException(OnlyRollback, Failure);
        var command = new NpgsqlCommand(sql, connection);
        foreach (var (name, value) in parameters)
            command.Parameters.Add(new(DbValue.BareName(name).ToString(), DbValue.Normalise(name, value)));
        return command;
    }

    private sealed class PostgresRow(NpgsqlDataReader reader) : DbRow
    {
        public override bool IsNull(int column) => reader.IsDBNull(column);
        public override string Text(int column) => reader.GetString(column);
        public override double Real(int column) => reader.GetDouble(column);
        public override byte[] Bytes(int column) => reader.GetFieldValue<byte[]>(column);

        // Where SQLite has 0 and 1, a comparison or EXISTS is a boolean here.
        public override long Int(int column) =>
            reader.GetFieldType(column) == typeof(bool) ? reader.GetBoolean(column) ? 1 : 0 : reader.GetInt64(column);
    }
}
