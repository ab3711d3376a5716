using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Abstractions;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Aloft.Platform.Front.Listening;

/// <summary>
/// Kestrel, with one handler and nothing in between: the port on the host, and the sandboxes' own. Completions run inline on the
/// thread that the kernel woke, so a handler must never block.
/// </summary>
public sealed class HttpServer : IAsyncDisposable
{
    /// <summary>AWS accepts some 10 KB of headers; clients with large session tokens send more than Kestrel's customary 32 KiB only in error.</summary>
    const int MaxHeaderBytes = 32 * 1024;

    readonly KestrelServer server;

    public HttpServer(IPEndPoint address, ILoggerFactory loggers, TimeProvider time)
    {
        var transport = Options.Create(new SocketTransportOptions { UnsafePreferInlineScheduling = true, Backlog = 1024 });
        Sandboxes = new SandboxListeners(new SocketConnectionContextFactory(
            new SocketConnectionFactoryOptions { UnsafePreferInlineScheduling = true }, loggers.CreateLogger<SandboxListeners>()), time);

        var options = new KestrelServerOptions { AddServerHeader = false, AllowSynchronousIO = false };
        options.Limits.MaxRequestHeadersTotalSize = MaxHeaderBytes;
        options.Limits.MaxRequestBodySize = null; // Front bounds each operation's own
        options.Limits.KeepAliveTimeout = TimeSpan.FromMinutes(10);
        options.Listen(address, listen => listen.Protocols = HttpProtocols.Http1);
        options.Listen(SandboxListeners.Address, listen =>
        {
            listen.Protocols = HttpProtocols.Http1;
            listen.Use(SandboxListeners.Counted);
        });
        server = new KestrelServer(Options.Create(options), new Transports(new SocketTransportFactory(transport, loggers), Sandboxes), loggers);
    }

    /// <summary>Where sandboxes' listening sockets are served.</summary>
    public SandboxListeners Sandboxes { get; }

    /// <summary>Binds and serves. Requests of sandboxes that bring their own handler go there; all others to <paramref name="serve"/>.</summary>
    /// <returns>The address on the host, with the port that was chosen for port 0.</returns>
    public async ValueTask<Uri> Start(RequestDelegate serve, CancellationToken stop)
    {
        await server.StartAsync(new Application(serve), stop);
        var address = server.Features.Get<IServerAddressesFeature>()!.Addresses.First(a => a.StartsWith("http", StringComparison.Ordinal));
        return new Uri(address);
    }

    /// <summary>Stops accepting; waits for requests that are under way.</summary>
    public Task Stop(CancellationToken atOnce) => server.StopAsync(atOnce);

    public ValueTask DisposeAsync()
    {
        server.Dispose();
        return ValueTask.CompletedTask;
    }

    sealed class Transports(SocketTransportFactory host, SandboxListeners sandboxes) : IConnectionListenerFactory
    {
        public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) =>
            endpoint == SandboxListeners.Address ? ValueTask.FromResult<IConnectionListener>(sandboxes) : host.BindAsync(endpoint, cancellationToken);
    }

    /// <summary>Contexts are kept with their connection and used again.</summary>
    sealed class Application(RequestDelegate serve) : IHttpApplication<DefaultHttpContext>
    {
        public DefaultHttpContext CreateContext(IFeatureCollection features)
        {
            if (features is not IHostContextContainer<DefaultHttpContext> container)
                return new DefaultHttpContext(features);

            if (container.HostContext is { } kept)
            {
                kept.Initialize(features);
                return kept;
            }
            return container.HostContext = new DefaultHttpContext(features);
        }

        public Task ProcessRequestAsync(DefaultHttpContext context) =>
            context.Features.Get<SandboxOrigin>()?.Serve is { } own ? own(context) : serve(context);

        public void DisposeContext(DefaultHttpContext context, Exception? exception) => context.Uninitialize();
    }
}
