using System.Text;
using System.Text.Json;

namespace Aloft.Runtime;

/// <summary>From the start of the process to its end. What passes between it and Aloft: ../CHANNEL.md.</summary>
static class Program
{
    static void Main()
    {
        var channel = Channel.Connect();
        var logs = new Logs(channel.Log);
        logs.Capture();
        WarmUp.Run();
        channel.Send(ToAloft.Ready, Encoding.UTF8.GetBytes($$"""{"version": "{{Environment.Version}}"}"""));

        if (channel.Receive(FromAloft.Init) is not { } payload)
            return;
        var init = Init.Read(payload);
        Invocations? loaded = null;
        AppDomain.CurrentDomain.ProcessExit += (_, _) =>
        {
            logs.Flush();
            channel.Leave(Environment.ExitCode, isBusy: loaded?.IsRunning != false);
        };
        var invocations = loaded = Load(init, channel, logs);
        logs.Flush();
        channel.Send(ToAloft.InitOk, []);

        AppDomain.CurrentDomain.UnhandledException += (_, unhandled) =>
        {
            invocations.Crash((Exception)unhandled.ExceptionObject);
            Environment.Exit(UnhandledStatus);
        };
        while (channel.Receive(FromAloft.Invoke) is { } invoke)
            invocations.Answer(invoke);
        Environment.Exit(0); // whatever the function has still running
    }

    static Invocations Load(Init init, Channel channel, Logs logs)
    {
        try
        {
            Surroundings.Become(init);
            logs.Configure();
            return new(init, new Handler(new FunctionCode(init.TaskRoot).Find(init.Handler)), logs, channel.SendFrame);
        }
        catch (Exception fault)
        {
            logs.Flush();
            logs.Fault(Failure.Bare(fault));
            channel.Send(ToAloft.InitError, Failure.Json(fault));
            Environment.Exit(1); // whatever the function's code has started already
            throw;
        }
    }

    /// <summary>As a process of .NET ends that aborts.</summary>
    const int UnhandledStatus = 134;
}
