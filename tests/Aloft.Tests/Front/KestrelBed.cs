using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;

namespace Aloft.Tests.Front;

/// <summary>The Front behind a real Kestrel on a free port, spoken to byte by byte.</summary>
public sealed class KestrelBed : IAsyncLifetime
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    WebApplication? app;
    int port;

    internal FrontBed Bed { get; } = new();

    public async Task InitializeAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        app = builder.Build();
        app.Run(Bed.Door.Handle);
        await app.StartAsync();
        var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        port = new Uri(address).Port;
    }

    public async Task DisposeAsync() => await app!.DisposeAsync();

    /// <summary>Sends a request that asks for the connection to be closed after it, and reads to the end.</summary>
    internal Task<string> Ask(string request) => Exchange(Encoding.Latin1.GetBytes(request), hangUp: false);

    /// <summary>Sends, hangs up as far as sending goes, and reads what there still is: an answer, or the connection's end.</summary>
    internal Task<string> Throw(byte[] request) => Exchange(request, hangUp: true);

    async Task<string> Exchange(byte[] request, bool hangUp)
    {
        using var deadline = new CancellationTokenSource(Patience);
        using var client = await Connect(deadline.Token);
        var answer = new StringBuilder();
        try
        {
            await client.SendAsync(request, deadline.Token);
            if (hangUp)
                client.Shutdown(SocketShutdown.Send);
            var buffer = new byte[16 * 1024];
            while (await client.ReceiveAsync(buffer, deadline.Token) is var count and > 0)
                answer.Append(Encoding.Latin1.GetString(buffer, 0, count));
        }
        catch (SocketException)
        {
            // The server may close on broken input before it has all been sent; what it answered until then counts.
        }
        return answer.ToString();
    }

    internal async Task<Socket> Connect(CancellationToken stop)
    {
        var client = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(IPAddress.Loopback, port, stop);
        return client;
    }

    /// <summary>Of the first answer; 0 when the connection was closed without one.</summary>
    internal static int Status(string answer) =>
        answer.Length == 0 ? 0 : int.Parse(answer.AsSpan("HTTP/1.1 ".Length, 3), NumberStyles.None, CultureInfo.InvariantCulture);
}
