using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Aloft.Storage.Sqlite;

/// <summary>
/// A connection to the database file with its prepared statements. For one thread at a time, except <see cref="Interrupt"/>.
/// </summary>
internal sealed class PreparedConnection : IDisposable
{
    private readonly SqliteConnection connection;
    private readonly Dictionary<string, SqliteCommand> prepared = [];
    private readonly string path;

    private PreparedConnection(string path)
    {
        this.path = path;
        connection = new(new SqliteConnectionStringBuilder
        {
            DataSource = path,
            Pooling = false,
            ForeignKeys = true,
            DefaultTimeout = (int)Limits.BusyTimeout.TotalSeconds,
        }.ToString());
    }

    /// <summary>The one connection that writes. Makes the file when there is none.</summary>
    public static PreparedConnection ForWriting(string path) => Open(path,
        // FULL: the log is synced at each commit, or a power cut could undo what was acknowledged.
        "PRAGMA journal_mode = WAL", "PRAGMA synchronous = FULL", "PRAGMA cache_size = -16000",
        // What savepoints keep for a rollback never goes to a file.
        "PRAGMA temp_store = MEMORY",
        // Reads the first page, so that a damaged file is found now.
        "SELECT count(*) FROM sqlite_schema");

    public static PreparedConnection ForReading(string path) => Open(path, "PRAGMA query_only = ON");

    private static PreparedConnection Open(string path, params ReadOnlySpan<string> setup)
    {
        NativeSqlite.Load();
        var opened = new PreparedConnection(path);
        try
        {
            opened.connection.Open();
            opened.Run($"PRAGMA busy_timeout = {(int)Limits.BusyTimeout.TotalMilliseconds}");
            foreach (var statement in setup) opened.Run(statement);
            return opened;
        }
        catch (SqliteException e)
        {
            opened.Dispose();
            throw opened.Explain(e);
        }
    }

    /// <summary>False after SQLite itself rolled the transaction back, as it does when the disk is full.</summary>
    public bool InTransaction => raw.sqlite3_get_autocommit(connection.Handle) == 0;

    public void Run(string sql) => Command(sql, []).ExecuteNonQuery();

    /// <summary>The prepared statement with its parameters set; valid until the next call.</summary>
    public SqliteCommand Command(string sql, ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        if (!prepared.TryGetValue(sql, out var command))
        {
            if (prepared.Count == Limits.PreparedCommands) ForgetPrepared();
            command = connection.CreateCommand();
            command.CommandText = sql;
            prepared.Add(sql, command);
        }
        Bind(command.Parameters, parameters);
        return command;
    }

    /// <summary>Stops a statement that runs on another thread. Nothing happens when none does.</summary>
    public void Interrupt() => raw.sqlite3_interrupt(connection.Handle);

    public StorageException Explain(SqliteException e) => SqliteErrors.Explain(e, path);

    public void Dispose()
    {
        ForgetPrepared();
        connection.Dispose();
    }

    private void ForgetPrepared()
    {
        foreach (var command in prepared.Values) command.Dispose();
        prepared.Clear();
    }

    /// <summary>Sets values in place when the names are those of the last time, as they are nearly always.</summary>
    private static void Bind(SqliteParameterCollection bound, ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        if (!SameNames(bound, parameters))
        {
            bound.Clear();
            foreach (var (name, _) in parameters) bound.Add(new SqliteParameter { ParameterName = $"@{DbValue.BareName(name)}" });
        }
        for (var i = 0; i < parameters.Length; i++) bound[i].Value = DbValue.Normalise(parameters[i].Name, parameters[i].Value);
    }

    private static bool SameNames(SqliteParameterCollection bound, ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        if (bound.Count != parameters.Length) return false;
        for (var i = 0; i < parameters.Length; i++)
            if (!bound[i].ParameterName.AsSpan(1).SequenceEqual(DbValue.BareName(parameters[i].Name))) return false;
        return true;
    }
}
