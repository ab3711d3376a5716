using System.Text;
using System.Text.Json;
using SampleFunctions.Core;

namespace SampleFunctions;

public sealed record Order(int A, string? Note);

public sealed record Got(int Value)
{
    public string? Nothing { get; init; }
}

/// <summary>Every way to write a handler.</summary>
public sealed class Kinds
{
    int calls;

    public Got Plain(Order order) => new(order.A);
    public static Got Static(Order order) => new(order.A);
    public async Task<Got> Promise(Order order)
    {
        await Task.Yield();
        return new(order.A);
    }
    public async ValueTask<Got> ValuePromise(Order order, ILambdaContext context)
    {
        await Task.Yield();
        return new(order.A);
    }
    public Stream Streams(Stream input) => new MemoryStream(Encoding.UTF8.GetBytes($$"""{"Value":{{JsonDocument.Parse(input).RootElement.GetProperty("a").GetInt32()}}}"""));
    public async Task<Stream> PromiseOfStream(Stream input, ILambdaContext context)
    {
        await Task.Yield();
        return Streams(input);
    }
    [LambdaSerializer(typeof(Backwards))]
    public string Serialized(string text) => text + "!";
    private Got Hidden(Order order) => new(order.A);

    public void Nothing() { }
    public Task NothingLater() => Task.CompletedTask;
    public ValueTask NothingSoon(ILambdaContext context) => ValueTask.CompletedTask;
    public object? Null() => null;

    public string Text(string text) => text.ToUpperInvariant();
    public JsonElement Echo(JsonElement any) => any;
    public int Count() => ++calls;
    public IDictionary<string, string> Variables() =>
        Environment.GetEnvironmentVariables().Keys.Cast<string>().ToDictionary(name => name, name => Environment.GetEnvironmentVariable(name)!);
    public string[] Places() => [Environment.CurrentDirectory, AppContext.BaseDirectory];
    public string? TraceId() => Environment.GetEnvironmentVariable("_X_AMZN_TRACE_ID");
    public string[] Channel()
    {
        var start = new System.Diagnostics.ProcessStartInfo("/bin/ls", ["-l", "/proc/self/fd"]) { RedirectStandardOutput = true };
        using var ls = System.Diagnostics.Process.Start(start)!;
        return [File.ResolveLinkTarget("/proc/self/fd/3", returnFinalTarget: false)!.Name, ls.StandardOutput.ReadToEnd()];
    }
    public long HeapLimit() => GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
    public int FillMemory()
    {
        var kept = new List<byte[]>();
        while (true)
            kept.Add(new byte[1024 * 1024]);
    }
}

/// <summary>Its JSON is recognisably its own.</summary>
public sealed class Backwards : ILambdaSerializer
{
    T ILambdaSerializer.Deserialize<T>(Stream request) =>
        (T)(object)new string([.. JsonSerializer.Deserialize<string>(request)!.Reverse()]);

    void ILambdaSerializer.Serialize<T>(T response, Stream target)
    {
        using var writer = new StreamWriter(target); // closes it, as many serializers do
        writer.Write($"\"backwards {response}\"");
    }
}
