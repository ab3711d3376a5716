namespace Aloft.Client;

/// <summary>The clients of one verb, to the node that the environment names.</summary>
internal sealed class Connection : IDisposable
{
    public Connection(ClientSettings settings, TimeProvider clock)
    {
        Api = new(settings, clock);
        Lambda = new(Api);
        Logs = new(Api);
        History = new(Api);
    }

    public ApiClient Api { get; }

    public LambdaClient Lambda { get; }

    public LogsClient Logs { get; }

    public HistoryClient History { get; }

    public static Connection Open(Surroundings around) => new(ClientSettings.From(around.Environment), around.Clock);

    public void Dispose() => Api.Dispose();
}
