using SampleFunctions.Core;

namespace SampleFunctions;

/// <summary>Handlers that cannot be loaded, or that fail.</summary>
public sealed class Mistakes
{
    public void Twice() { }
    public void Twice(string text) { }
    public void ThreeInputs(string one, string two, ILambdaContext context) { }
    public async void Forgotten() => await Task.Yield();
    public T Generic<T>(T any) => any;

    public object Throws() => throw new InvalidOperationException("boom", new ArgumentException("why"));
    public async Task<int> ThrowsLater()
    {
        await Task.Yield();
        throw new InvalidOperationException("boom");
    }
    public Task Several() => throw new AggregateException(new InvalidOperationException("one"), new ArgumentException("two"));
    public object Unwritable() => new Action(() => { });
    public string TooLarge() => new('x', 70 * 1024 * 1024);
    public void Crashes()
    {
        new Thread(() => throw new InvalidOperationException("boom")).Start();
        new ManualResetEvent(false).WaitOne();
    }
    public void Exits()
    {
        Console.Write("last words");
        Environment.Exit(3);
    }
}

public sealed class FailsToBegin
{
    public FailsToBegin() => throw new InvalidOperationException("at load");

    public void Handle() { }
}

public abstract class Abstract
{
    public void Handle() { }
}
