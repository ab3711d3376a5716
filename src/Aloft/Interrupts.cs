using System.Runtime.InteropServices;

namespace Aloft;

/// <summary>SIGINT and SIGTERM as tokens. The first asks for an orderly end, the second for an end at once, the third ends the process.</summary>
internal sealed class Interrupts : IDisposable
{
    readonly CancellationTokenSource first = new();
    readonly CancellationTokenSource second = new();
    readonly PosixSignalRegistration[] registrations;
    int count;

    public Interrupts() => registrations =
    [
        PosixSignalRegistration.Create(PosixSignal.SIGINT, Handle),
        PosixSignalRegistration.Create(PosixSignal.SIGTERM, Handle),
    ];

    public CancellationToken First => first.Token;

    public CancellationToken Second => second.Token;

    public void Dispose()
    {
        foreach (var registration in registrations)
            registration.Dispose();
        first.Dispose();
        second.Dispose();
    }

    void Handle(PosixSignalContext context)
    {
        var signals = Interlocked.Increment(ref count);
        context.Cancel = signals < 3; // the third has its default effect
        if (signals == 1)
            first.Cancel();
        else if (signals == 2)
            second.Cancel();
    }
}
