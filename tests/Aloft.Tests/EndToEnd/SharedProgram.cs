namespace Aloft.Tests.EndToEnd;

/// <summary>One running program for all tests of a class; each test keeps to an account of its own.</summary>
public sealed class SharedProgram : IAsyncLifetime
{
    AloftProgram? program;

    internal AloftProgram Program => program ?? throw new InvalidOperationException("Not started.");

    public async Task InitializeAsync() => program = await AloftProgram.Start();

    public async Task DisposeAsync()
    {
        if (program is not null)
            await program.DisposeAsync();
    }
}

/// <summary>Classes that start the real program run one after another: each would slow the others' functions.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class RealProgram
{
    public const string Name = "real program";
}
