import CNN

let digits = try Digits.draw()
let network = Sequential(
  Conv2D(8, 5, activation: .relu), MaxPool2D(2), Conv2D(16, 5, activation: .relu), MaxPool2D(2),
  Flatten(), Dense(120, activation: .relu), Dense(10))
let history = try fit(
  network, digits.train, optimizer: Adam(0.001), options: FitOptions(epochs: 3), validation: digits.test)
print(try network.summary(input: [32, 32, 1]))
print(history.validationAccuracies)
