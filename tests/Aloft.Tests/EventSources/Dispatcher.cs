using System.Text;
using Aloft.Platform.EventSources;
using Aloft.Platform.Functions.Asynchronous;
using Aloft.Platform.Functions.Registry;
using Aloft.Platform.Kernel.Deliveries;
using Aloft.Tests.Functions.Invoke;
using Microsoft.Extensions.Logging.Abstractions;

namespace Aloft.Tests.EventSources;

/// <summary>A dispatcher over an engine with scripted sandboxes.</summary>
sealed class Dispatcher(Engine engine, Outbox outbox, DeliveryDispatcher dispatcher) : IAsyncDisposable
{
    public Outbox Outbox => outbox;

    public static async Task<Dispatcher> Start(Engine engine, TimeProvider time)
    {
        var outbox = new Outbox(engine.Db, "node", time);
        await outbox.Migrate(CancellationToken.None);
        var dispatcher = new DeliveryDispatcher(
            outbox, engine.Registry, engine.Invoker, engine.Logs, time, NullLogger<DeliveryDispatcher>.Instance);
        await dispatcher.Start(CancellationToken.None);
        return new(engine, outbox, dispatcher);
    }

    /// <summary>What Invoke does with an event; returns its request id.</summary>
    public async Task<Guid> Send(FunctionKey function, string payload = "{}", string? trace = null)
    {
        var id = Guid.NewGuid();
        var attributes = new Dictionary<string, string>();
        if (trace is not null)
            attributes["TraceId"] = trace;
        await outbox.Send(function.Account, function.Region, function.Text, id, Encoding.UTF8.GetBytes(payload), attributes, CancellationToken.None);
        return id;
    }

    public async Task Configure(
        FunctionKey function, int? retries = null, TimeSpan? age = null, FunctionKey? onSuccess = null, FunctionKey? onFailure = null) =>
        await engine.Registry.Asynchronous.Put(
            function, FunctionVersion.Latest,
            _ => new EventInvokeConfig(function, FunctionVersion.Latest, retries, age, onSuccess?.Text, onFailure?.Text, default),
            CancellationToken.None);

    public Task<long> Waiting() => Count("1 = 1");

    public Task<long> Resting() => Count("leased_until = 0");

    async Task<long> Count(string condition) =>
        (await engine.Db.Read(session => session.Query($"SELECT count(*) FROM deliveries WHERE {condition}", row => row.Int(0)), CancellationToken.None))[0];

    public ValueTask DisposeAsync() => dispatcher.DisposeAsync();
}
