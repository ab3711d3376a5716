using Aloft;
using Aloft.Node;

SocketThreads.CompleteInline();
using var interrupts = new Interrupts();
return await CommandLine.Run(args, Surroundings.OfThisProcess(interrupts), AloftNode.Start);
