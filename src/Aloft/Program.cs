using Aloft;
using Aloft.Node;

using var interrupts = new Interrupts();
return await CommandLine.Run(args, Surroundings.OfThisProcess(interrupts), AloftNode.Start);
