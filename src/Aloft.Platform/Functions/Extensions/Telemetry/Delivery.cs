using System.Net.Http.Headers;
using System.Net.Sockets;
using Aloft.Sandbox;

namespace Aloft.Platform.Functions.Extensions.Telemetry;

/// <summary>Hands a batch to a subscriber inside the sandbox.</summary>
internal interface IDelivery : IDisposable
{
    /// <summary>Throws when the subscriber does not take it.</summary>
    Task Send(IReadOnlyList<byte[]> batch, CancellationToken stop);
}

/// <summary>As one JSON array, by POST or PUT. Only the head of the answer is looked at, and no more of it than a page is read.</summary>
internal sealed class HttpDelivery(ISandbox sandbox, Destination destination) : IDelivery
{
    const int HeadKilobytes = 16;

    readonly HttpClient http = new(new SocketsHttpHandler
    {
        ConnectCallback = async (_, stop) => new NetworkStream(await sandbox.Connect(destination.Port, stop), ownsSocket: true),
        UseProxy = false,
        AllowAutoRedirect = false,
        UseCookies = false,
        MaxConnectionsPerServer = 1,
        MaxResponseHeadersLength = HeadKilobytes,
        MaxResponseDrainSize = HeadKilobytes * 1024,
    })
    {
        Timeout = Timeout.InfiniteTimeSpan, // the caller's token ends it
    };

    readonly Uri uri = new($"http://sandbox.localdomain:{destination.Port}{destination.Path}");

    public async Task Send(IReadOnlyList<byte[]> batch, CancellationToken stop)
    {
        var body = new byte[batch.Sum(static record => record.Length + 1) + 1];
        var at = 0;
        foreach (var record in batch)
        {
            body[at] = at == 0 ? (byte)'[' : (byte)',';
            record.CopyTo(body, at + 1);
            at += 1 + record.Length;
        }
        body[at] = (byte)']';
        using var content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
        using var request = new HttpRequestMessage(new HttpMethod(destination.Method), uri) { Content = content };
        using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stop);
        answer.EnsureSuccessStatusCode();
    }

    public void Dispose() => http.Dispose();
}

/// <summary>As lines of JSON on one connection. Nothing tells whether they were read.</summary>
internal sealed class TcpDelivery(ISandbox sandbox, Destination destination) : IDelivery
{
    Socket? connection;

    public async Task Send(IReadOnlyList<byte[]> batch, CancellationToken stop)
    {
        try
        {
            connection ??= await sandbox.Connect(destination.Port, stop);
            foreach (var record in batch)
            {
                ReadOnlyMemory<byte> line = (byte[])[.. record, (byte)'\n'];
                while (line.Length > 0)
                    line = line[await connection.SendAsync(line, SocketFlags.None, stop)..];
            }
        }
        catch
        {
            connection?.Dispose();
            connection = null;
            throw;
        }
    }

    public void Dispose() => connection?.Dispose();
}
