using Npgsql;

namespace Aloft.Storage.PostgreSql;

/// <summary>
/// One connection that hears the notifications of all nodes, all on one PostgreSQL channel: a line with Aloft's channel, then the payload.
/// So listening needs no round trip, and a reconnect has one thing to restore. After a gap every listener is told to look at everything.
/// </summary>
internal sealed class PostgresListener
{
    public const string Channel = "aloft";

    private readonly string connectionString;
    private readonly Subscriptions subscriptions;
    private readonly CancellationTokenSource closing = new();
    private readonly Task running;

    private PostgresListener(string connectionString, NpgsqlConnection connection, Subscriptions subscriptions)
    {
        this.connectionString = connectionString;
        this.subscriptions = subscriptions;
        running = Run(connection, closing.Token);
    }

    /// <summary>Connects and listens. Throws Npgsql's exceptions.</summary>
    public static async Task<PostgresListener> Start(
        NpgsqlConnectionStringBuilder settings, Subscriptions subscriptions, CancellationToken stop)
    {
        // The keepalive, in seconds, finds a peer that went away without a word.
        var own = new NpgsqlConnectionStringBuilder(settings.ToString()) { Pooling = false, KeepAlive = 15 }.ToString();
        return new(own, await Connect(own, stop), subscriptions);
    }

    /// <summary>Throws when listening has ended by a bug of a handler, so that it does not stay unheard.</summary>
    public void ThrowIfEnded()
    {
        if (running.IsFaulted)
            throw new InvalidOperationException("A handler of notifications threw; no more are delivered.", running.Exception);
    }

    public async Task Close()
    {
        await closing.CancelAsync();
        await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        closing.Dispose();
    }

    private static async Task<NpgsqlConnection> Connect(string connectionString, CancellationToken stop)
    {
        var connection = new NpgsqlConnection(connectionString);
        try
        {
            await connection.OpenAsync(stop);
            await using var listen = new NpgsqlCommand($"LISTEN {Channel}", connection);
            await listen.ExecuteNonQueryAsync(stop);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    private async Task Run(NpgsqlConnection connection, CancellationToken stop)
    {
        while (true)
        {
            await using (connection) await HearUntilLost(connection, stop);
            connection = await Reconnect(stop);
            subscriptions.PublishGap();
        }
    }

    private async Task HearUntilLost(NpgsqlConnection connection, CancellationToken stop)
    {
        // Npgsql swallows what its event's handlers throw, so they only take the message.
        var arrived = new Queue<string>();
        connection.Notification += (_, notification) => arrived.Enqueue(notification.Payload);
        try
        {
            while (true)
            {
                await connection.WaitAsync(stop);
                while (arrived.TryDequeue(out var message))
                    if (message.Split('\n', 2) is [var channel, var payload]) subscriptions.Publish(channel, payload);
            }
        }
        catch (Exception e) when (PostgresErrors.IsKnown(e))
        {
            // The server went away. Reads and writes tell their callers; here it means to connect again.
        }
    }

    private async Task<NpgsqlConnection> Reconnect(CancellationToken stop)
    {
        for (var pause = TimeSpan.FromMilliseconds(50); ; pause = pause * 2 < Limits.ReconnectPause ? pause * 2 : Limits.ReconnectPause)
        {
            try
            {
                return await Connect(connectionString, stop);
            }
            catch (Exception e) when (PostgresErrors.IsKnown(e))
            {
                // The real clock: the server is outside, it does not live in a test's time.
                await Task.Delay(pause, TimeProvider.System, stop);
            }
        }
    }
}
