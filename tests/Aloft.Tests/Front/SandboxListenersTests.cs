using System.Net;
using System.Net.Sockets;
using System.Text;
using Aloft.Platform.Front.Listening;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;

namespace Aloft.Tests.Front;

public sealed class SandboxListenersTests
{
    const int Most = 1024;

    static readonly byte[] Request = "GET / HTTP/1.1\r\nHost: any\r\n\r\n"u8.ToArray();

    [Fact]
    public async Task A_port_in_a_sandbox_has_so_many_connections_and_no_more_until_one_ends()
    {
        await using var server = new HttpServer(new IPEndPoint(IPAddress.Loopback, 0), NullLoggerFactory.Instance, TimeProvider.System);
        await server.Start(static _ => Task.CompletedTask, CancellationToken.None);
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(Most);
        server.Sandboxes.Serve(listener, new SandboxOrigin(static http => http.Response.WriteAsync("served")));

        var clients = new List<Socket>();
        try
        {
            for (var i = 0; i < Most; i++)
                clients.Add(await Connect());
            using (var surplus = await Connect())
                Assert.False(await IsServed(surplus));
            Assert.True(await IsServed(clients[0]));
            Assert.True(await IsServed(clients[^1]));

            clients[0].Dispose();
            await Eventually.True(
                async () =>
                {
                    using var next = await Connect();
                    return await IsServed(next);
                },
                "its place is free");
        }
        finally
        {
            clients.ForEach(static client => client.Dispose());
            await server.Stop(CancellationToken.None);
        }

        async Task<Socket> Connect()
        {
            var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            await client.ConnectAsync(listener.LocalEndPoint!);
            return client;
        }
    }

    static async Task<bool> IsServed(Socket client)
    {
        try
        {
            await client.SendAsync(Request);
            var answer = new byte[1024];
            var count = await client.ReceiveAsync(answer).WaitAsync(TimeSpan.FromSeconds(30));
            return Encoding.ASCII.GetString(answer, 0, count).StartsWith("HTTP/1.1 200", StringComparison.Ordinal);
        }
        catch (SocketException)
        {
            return false; // closed with the request unread
        }
    }
}
